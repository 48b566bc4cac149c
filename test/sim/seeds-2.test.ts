import { test } from 'vitest';
import { expectToHold } from './seeds.ts';

test('what Pegasus promises holds, whatever happens: odd seeds', () => expectToHold(1), 1_200_000);
