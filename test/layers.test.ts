/**
 * Goal: the house keeps its shape. Method: dependency-cruiser reads the imports of src, and the table in layers.ts is
 * turned into its rules; a planted violation shows that the rules can fail.
 */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { expect, it } from 'vitest';
import { DOORS, LAYERS, PURE, PURE_NODE } from './layers.ts';

const ROOT = join(import.meta.dirname, '..');

function pathOf(folder: string): string {
  return `src/${folder}(/|\\.ts$)`;
}

function rules(): IForbiddenRuleType[] {
  const forbidden: IForbiddenRuleType[] = [
    {
      name: 'no-cycle',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ];
  for (const layer of LAYERS) {
    for (const folder of layer.folders) {
      const lower = LAYERS.filter((other) => other.level < layer.level).flatMap((other) => other.folders);
      const allowed = [folder, ...lower, ...(layer.also?.[folder] ?? [])].map(pathOf);
      forbidden.push({
        name: `layer-${folder}`,
        severity: 'error',
        from: { path: pathOf(folder) },
        to: { path: '^src/', pathNot: allowed },
      });
    }
  }
  for (const [dependency, door] of Object.entries(DOORS)) {
    forbidden.push({
      name: `door-${dependency}`,
      severity: 'error',
      from: { path: '^src/', pathNot: door.replaceAll('.', '\\.') },
      to: { path: `node_modules/(@types/)?${dependency}/` },
    });
  }
  for (const folder of PURE) {
    forbidden.push({
      name: `pure-${folder}`,
      severity: 'error',
      from: { path: pathOf(folder) },
      to: { dependencyTypes: ['core'], pathNot: PURE_NODE.map((name) => `^(node:)?${name}$`) },
    });
  }
  return forbidden;
}

async function violations(folder: string): Promise<string[]> {
  const result = await cruise(['src'], {
    baseDir: folder,
    ruleSet: { forbidden: rules() },
    validate: true,
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
  });
  const output = result.output as ICruiseResult;
  return output.summary.violations.map((violation) => `${violation.rule.name}: ${violation.from} -> ${violation.to}`);
}

it('src keeps the layer table, the doors and has no cycles', async () => {
  expect(await violations(ROOT)).toEqual([]);
});

it('a planted violation of each kind is caught', async () => {
  const folder = mkdtempSync(join(ROOT, '.layers-'));
  try {
    for (const name of ['base', 'cli', 'vhdx', 'ntfs']) mkdirSync(join(folder, 'src', name), { recursive: true });
    writeFileSync(join(folder, 'src/cli/main.ts'), "import '../base/a.ts';\n");
    writeFileSync(join(folder, 'src/base/a.ts'), "import '../cli/main.ts';\nimport 'node:fs';\nimport 'yauzl';\n");
    writeFileSync(join(folder, 'src/ntfs/b.ts'), '');
    writeFileSync(join(folder, 'src/vhdx/c.ts'), "import '../ntfs/b.ts';\n");
    const names = (await violations(folder)).map((text) => text.split(':')[0]);
    expect(new Set(names)).toEqual(new Set(['no-cycle', 'layer-base', 'layer-vhdx', 'pure-base', 'door-yauzl']));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('every folder of src stands in the table', () => {
  const names = readdirSync(join(ROOT, 'src')).map((name) => name.replace(/\.ts$/, ''));
  expect(names.sort()).toEqual(LAYERS.flatMap((layer) => layer.folders).sort());
});

it('ARCHITECTURE.md shows the same table', () => {
  const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
  for (const layer of LAYERS) {
    expect(text).toContain(`| ${layer.level} | ${layer.folders.map((folder) => `\`${folder}\``).join(' ')} |`);
  }
  for (const [dependency, door] of Object.entries(DOORS)) expect(text).toContain(`| ${dependency} | \`${door}\` |`);
});
