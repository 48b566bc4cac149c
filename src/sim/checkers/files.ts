import { checkWorkspace } from '../../engine/fsck/check.ts';
import { Violation, type World } from '../world.ts';

/**
 * What is on the disk of a workspace that is closed is in order.
 *
 * @throws Violation with everything that `pegsh fsck` calls an error
 */
export function checkFiles({ disk }: World): void {
  const errors = checkWorkspace(disk, '/w').filter(({ severity }) => severity === 'error');
  const found = errors.map(({ path, where, what }) => `${path} ${where}: ${what}`);
  if (found.length > 0) throw new Violation(`fsck: ${found.join('; ')}`);
}
