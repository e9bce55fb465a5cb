/** Loaded first by Windows' Node in the place of a tool: answers as the tool of that name does, from a state file. */

const { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');

const tool = basename(process.execPath).toLowerCase();
const args = process.argv.slice(1);
const STATE = process.env.PLAYED_STATE;
const ID = '{ad959229-4f9f-43ce-8c84-014fdbf81a08}';
const VOLUME = '\\\\?\\Volume{d7a4fd76-a0a8-11e2-8fd3-001c23cb7375}\\';

function play() {
  const state = existsSync(STATE) ? JSON.parse(readFileSync(STATE, 'utf8')) : { letters: {}, exposed: null };
  const out = [];
  if (tool === 'mountvol.exe') {
    if (args[1] === '/D') delete state.letters[args[0]];
    else if (args.length === 2) state.letters[args[0]] = args[1];
    // Z: is the root of the machine below wine: nothing may be exposed there.
    out.push(
      '    \\\\?\\Volume{11111111-0000-0000-0000-100000000000}\\',
      '        C:\\',
      '        Z:\\',
      '',
      `    ${VOLUME}`,
    );
    const shown = Object.keys(state.letters).filter((letter) => state.letters[letter] === VOLUME);
    for (const letter of shown) out.push(`        ${letter}\\`);
    if (shown.length === 0) out.push('        *** NO MOUNT POINTS ***');
  } else if (tool === 'vssadmin.exe') {
    out.push('vssadmin 1.1 - played', '(C) Copyright 2001-2013 Microsoft Corp.', '');
    out.push('Contents of shadow copy set ID: {7c67f31b-9b5b-45fc-8c9c-3688cce6bc87}');
    out.push('   Contained 1 shadow copies at creation time: 7/2/2014 8:00:02 PM', `      Shadow Copy ID: ${ID}`);
    out.push(`         Original Volume: (D:)${VOLUME}`);
    out.push('         Shadow Copy Volume: \\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy164');
    out.push('         Originating Machine: a', '         Service Machine: a', "         Provider: 'x'");
    out.push('         Type: DataVolumeRollback', '         Attributes: Persistent');
  } else if (tool === 'robocopy.exe') {
    const [source, target, ...words] = args;
    const names = words.filter((word) => !word.startsWith('/'));
    const patterns = names.map((name) => new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '.*')}$`, 'i'));
    for (const path of readdirSync(source, { recursive: true })) {
      if (!patterns.some((pattern) => pattern.test(basename(path)))) continue;
      mkdirSync(dirname(join(target, path)), { recursive: true });
      copyFileSync(join(source, path), join(target, path));
    }
    process.exit(1); // its word for: files were copied
  } else {
    const script = readFileSync(args[1], 'latin1');
    const expose = /^expose \S+ (\S+)\r$/m.exec(script);
    if (expose !== null) state.exposed = expose[1];
    if (/^unexpose /m.test(script)) state.exposed = null;
    out.push('Microsoft DiskShadow version 1.0', 'Copyright (C) 2013 Microsoft Corporation', '');
    out.push(`\t* Shadow copy ID = ${ID}\t\t%x%`, '\t\t- Shadow copy set: {7c67f31b-9b5b-45fc-8c9c-3688cce6bc87}');
    out.push('\t\t- Original count of shadow copies = 1', `\t\t- Original volume name: ${VOLUME} [D:\\]`);
    out.push('\t\t- Creation time: 7/2/2014 8:00:02 PM', '\t\t- Shadow copy device name: \\\\?\\x');
    out.push('\t\t- Originating machine: a', '\t\t- Service machine: a');
    out.push(state.exposed === null ? '\t\t- Not exposed' : `\t\t- Exposed locally as: ${state.exposed}\\`);
    out.push('\t\t- Provider ID: {b5946137-7b9f-4925-af80-51abd60b20d5}', '\t\t- Attributes:  Persistent');
  }
  writeFileSync(STATE, JSON.stringify(state));
  writeFileSync(1, `${out.join('\r\n')}\r\n`);
  process.exit(0);
}

if (['mountvol.exe', 'vssadmin.exe', 'diskshadow.exe', 'robocopy.exe'].includes(tool)) play();
