/** Goal: all fast tests hold on the Node between the oldest and the newest, of which `oracle/package` runs a part. */

import { it } from 'vitest';
import { passesFastTests } from '../support/other-node.ts';

it('all fast tests pass on Node 22', () => passesFastTests('22'));
