/**
 * The picture of a diff as an SVG that stands alone: the disk row by row, what is stored, what changed where; beside it
 * what was found, how it was proven, and which files changed most. It has its own ground, so it can be read anywhere,
 * and follows the reader's dark or light.
 */
import { bytesText } from "../base/byte-units.js";
import { shownInXml } from "../base/xml-text.js";
import { METHODS } from "./diff-ranges.js";
import { COLUMNS, ROWS } from "./picture.js";
const WIDTH = 1240;
const MARGIN = 32;
/** Cells: distance from one to the next, and their edge. */
const STEP = 12;
const EDGE = 10.5;
const GRID_X = MARGIN + 64;
const GRID_Y = 148;
const PANEL_X = GRID_X + COLUMNS * STEP + 36;
const PANEL_WIDTH = WIDTH - PANEL_X - MARGIN;
const HEIGHT = GRID_Y + ROWS * STEP + 56;
/** Class, light, dark. */
const COLOURS = [
    ['ground', '#fbfbfa', '#16181c'],
    ['ink', '#1d2430', '#e8eaee'],
    ['quiet', '#667080', '#9aa3b2'],
    ['free', '#eceef1', '#23272e'],
    ['stored', '#b9c6d8', '#3f4d63'],
    ['changed1', '#fdc38d', '#8a4b1f'],
    ['changed2', '#f98e4b', '#c4601f'],
    ['changed3', '#e2571f', '#f0803a'],
    ['changed4', '#b02a12', '#ffb27a'],
    ['possible', '#e3c437', '#b79a1d'],
    ['unreadable', '#8e44ad', '#b57edc'],
    ['identity', '#4c7fb8', '#5b93d3'],
    ['changes', '#3fa39b', '#45b5ab'],
    ['fingerprints', '#67b26f', '#6dbf76'],
    ['extents', '#93a8c4', '#73879f'],
    ['bytes', '#9b8bbd', '#8f80b5'],
];
export function drawPicture(picture) {
    const parts = [heading(picture), partitions(picture), grid(picture), panel(picture)];
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif">`,
        `<title>What changed from ${shownInXml(picture.names[0])} to ${shownInXml(picture.names[1])}</title>`,
        style(),
        `<rect class="ground" width="${WIDTH}" height="${HEIGHT}" rx="14"/>`,
        ...parts,
        '</svg>\n',
    ].join('\n');
}
function style() {
    const rules = (tone) => COLOURS.map((colour) => `.${colour[0]}{fill:${colour[tone]}}`).join('');
    return `<style>${rules(1)}.line{stroke:#667080;stroke-opacity:.35;fill:none}.strong{font-weight:600}@media (prefers-color-scheme: dark){${rules(2)}}</style>`;
}
function heading({ names, size, cellSize, summary }) {
    const { changed, possible, unreadable } = summary;
    const share = size === 0 ? 0 : (100 * changed.bytes) / size;
    const percent = share > 0 && share < 0.01 ? 'less than 0.01' : share.toFixed(share < 1 ? 2 : 1);
    const found = [
        changed.ranges === 0 ? 'Nothing changed' : `${bytesText(changed.bytes)} changed, ${percent} % of the disk`,
        ...(possible.ranges > 0 ? [`${bytesText(possible.bytes)} may differ`] : []),
        ...(unreadable.ranges > 0 ? [`${bytesText(unreadable.bytes)} unreadable`] : []),
    ].join(', ');
    return [
        text(MARGIN, 50, 24, found, 'ink strong'),
        text(MARGIN, 76, 13, `${shorten(names[0], 74)}  →  ${shorten(names[1], 74)}`, 'quiet'),
        text(MARGIN, 96, 13, `${bytesText(size)}, one cell is ${bytesText(cellSize)}, a row ${bytesText(cellSize * COLUMNS)}; read for it: ${bytesText(summary.readBytes)}`, 'quiet'),
    ].join('\n');
}
/** Where the volumes lie, as brackets to the left of their rows; a small one is a tick. */
function partitions({ partitions, cellSize }) {
    const rowSize = cellSize * COLUMNS;
    const marks = [];
    for (let row = 0; row < ROWS; row += 4) {
        marks.push(text(GRID_X - 20, GRID_Y + row * STEP + 9, 10, bytesText(row * rowSize), 'quiet', 'end'));
    }
    const labels = [];
    for (const { label, offset, length } of partitions) {
        const top = GRID_Y + Math.floor(offset / rowSize) * STEP;
        const bottom = GRID_Y + Math.min(ROWS, Math.ceil((offset + length) / rowSize)) * STEP - 2;
        marks.push(`<path class="line" stroke-width="2" d="M${GRID_X - 6} ${top}h-6v${Math.max(4, bottom - top)}h6"/>`);
        labels.push(`volume ${label}, ${bytesText(length)} from ${bytesText(offset)} on`);
    }
    const shown = labels.slice(0, 2).join('; ') + (labels.length > 2 ? `; and ${labels.length - 2} more` : '');
    return [...marks, text(GRID_X, GRID_Y - 12, 12, shorten(shown, 110), 'ink')].join('\n');
}
function grid(picture) {
    const cells = Math.ceil(picture.size / picture.cellSize);
    const plain = { free: [], stored: [] };
    const special = [];
    for (let cell = 0; cell < cells; cell++) {
        const x = GRID_X + (cell % COLUMNS) * STEP;
        const y = GRID_Y + Math.floor(cell / COLUMNS) * STEP;
        const kind = cellClass(picture, cell);
        if (kind === 'free' || kind === 'stored')
            plain[kind].push(`M${x} ${y}h${EDGE}v${EDGE}h-${EDGE}z`);
        else
            special.push(rect(x, y, EDGE, EDGE, kind, cellTitle(picture, cell)));
    }
    return [
        `<path class="free" d="${plain.free.join('')}"/>`,
        `<path class="stored" d="${plain.stored.join('')}"/>`,
        ...special,
    ].join('\n');
}
/** The gravest that a cell holds; how much of it changed in four steps, the least change visible. */
function cellClass({ differing, stored, cellSize }, cell) {
    if (differing.unreadable[cell] > 0)
        return 'unreadable';
    const share = differing.changed[cell] / cellSize;
    if (share > 0)
        return `changed${1 + STEPS.filter((limit) => share > limit).length}`;
    if (differing.possible[cell] > 0)
        return 'possible';
    return stored[cell] > 0 ? 'stored' : 'free';
}
const STEPS = [0.01, 0.1, 0.5];
function cellTitle({ differing, cellSize }, cell) {
    const found = Object.keys(differing)
        .filter((state) => differing[state][cell] > 0)
        .map((state) => `${bytesText(differing[state][cell])} ${state}`);
    return `${bytesText(cell * cellSize)}: ${found.join(', ')}`;
}
function panel(picture) {
    const lines = [];
    let y = GRID_Y + 4;
    const title = (label) => {
        lines.push(text(PANEL_X, y, 13, label, 'ink strong'));
        y += 20;
    };
    title('Legend');
    for (const [kind, label] of legend(picture)) {
        lines.push(rect(PANEL_X, y - 10, EDGE, EDGE, kind), text(PANEL_X + 18, y - 1, 12, label, 'ink'));
        y += 17;
    }
    y += 14;
    title('What is equal, and how that is known');
    y = methodBar(picture, y, lines);
    const { counts, files } = picture;
    if (counts === null)
        return lines.join('\n');
    y += 14;
    const told = Object.entries(counts).filter(([, count]) => count > 0);
    title('Files');
    const summary = told.map(([kind, count]) => `${count} ${kind}`).join(', ') || 'all as they were';
    lines.push(text(PANEL_X, y, 12, shorten(summary, 50), 'ink'));
    y += 22;
    const most = Math.max(1, ...files.map(({ bytes }) => bytes));
    for (const { path, kind, bytes } of files) {
        if (y > GRID_Y + ROWS * STEP - 14)
            break;
        lines.push(text(PANEL_X, y, 11, shorten(path, 29), 'ink'), text(PANEL_X + PANEL_WIDTH, y, 11, `${bytesText(bytes)} ${kind}`, 'quiet', 'end'), rect(PANEL_X, y + 4, Math.max(2, (PANEL_WIDTH * bytes) / most), 3, kind === 'unreadable' ? 'unreadable' : 'changed3'));
        y += 21;
    }
    return lines.join('\n');
}
function legend({ summary }) {
    return [
        ['free', 'stores nothing'],
        ['stored', 'stored, as it was'],
        ['changed1', 'up to 1 % changed'],
        ['changed2', 'up to 10 %'],
        ['changed3', 'up to 50 %'],
        ['changed4', 'more than half'],
        ...(summary.possible.ranges > 0 ? [['possible', 'stored elsewhere, not read']] : []),
        ...(summary.unreadable.ranges > 0 ? [['unreadable', 'could not be read']] : []),
    ];
}
const PROOFS = {
    identity: 'lives in one place',
    changes: 'in no change map',
    fingerprints: 'equal fingerprints',
    extents: 'shared extents, holes',
    bytes: 'compared by bytes',
};
function methodBar({ summary }, top, lines) {
    let y = top;
    const total = Math.max(1, ...[METHODS.reduce((sum, method) => sum + summary.equal[method], 0)]);
    let x = PANEL_X;
    for (const method of METHODS) {
        const width = (PANEL_WIDTH * summary.equal[method]) / total;
        if (width > 0)
            lines.push(rect(x, y - 10, Math.max(1, width), 10, method));
        x += width;
    }
    y += 18;
    for (const method of METHODS.filter((one) => summary.equal[one] > 0)) {
        lines.push(rect(PANEL_X, y - 10, EDGE, EDGE, method), text(PANEL_X + 18, y - 1, 12, PROOFS[method], 'ink'), text(PANEL_X + PANEL_WIDTH, y - 1, 12, bytesText(summary.equal[method]), 'quiet', 'end'));
        y += 17;
    }
    return y;
}
function rect(x, y, width, height, kind, title) {
    const size = `width="${round(width)}" height="${round(height)}"`;
    const open = `<rect class="${kind}" x="${round(x)}" y="${round(y)}" ${size} rx="1.5"`;
    return title === undefined ? `${open}/>` : `${open}><title>${shownInXml(title)}</title></rect>`;
}
function text(x, y, size, content, kind, anchor = 'start') {
    const place = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
    return `<text class="${kind}" x="${round(x)}" y="${round(y)}" font-size="${size}"${place}>${shownInXml(content)}</text>`;
}
function round(value) {
    return Math.round(value * 100) / 100;
}
/** The end of a long path says more than its start. */
function shorten(name, most) {
    return name.length <= most ? name : `…${name.slice(1 - most)}`;
}
