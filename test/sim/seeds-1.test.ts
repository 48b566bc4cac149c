import { test } from 'vitest';
import { expectToHold } from './seeds.ts';

test('what Pegasus promises holds, whatever happens: even seeds', () => expectToHold(0), 1_200_000);
