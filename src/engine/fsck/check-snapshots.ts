import { Damage } from '../storage/damage.ts';
import { Disk } from '../storage/disk.ts';
import { SNAPSHOTS } from '../storage/format.ts';
import type { FileSystem } from '../storage/host.ts';
import { unsealFile } from '../storage/seal.ts';
import { checkState } from './check.ts';
import { attempt, Files } from './files.ts';
import { type Finding, findingOf, leftOver } from './finding.ts';

/** What is wrong with the copies that a workspace keeps of itself: it does not harm the workspace. */
export function checkSnapshots(fs: FileSystem, directory: string): Finding[] {
  const disk = new Disk(fs, directory);
  const names = disk.list(SNAPSHOTS);
  return names.sort().flatMap((name) => {
    const path = `${SNAPSHOTS}/${name}`;
    if (name.endsWith('.json')) return checkManifest(disk, path);
    if (!names.includes(`${name}.json`)) return [leftOver(path, 'is no whole snapshot')];
    const findings = checkState(new Files(fs, `${directory}/${path}`));
    return findings.map((finding) => noteOf({ ...finding, path: `${path}/${finding.path}` }));
  });
}

function checkManifest(disk: Disk, path: string): Finding[] {
  const text = attempt(() => unsealFile(path, disk.read(path) ?? new Uint8Array()));
  return text instanceof Damage ? [noteOf(findingOf(text))] : [];
}

function noteOf(finding: Finding): Finding {
  if (finding.severity === 'note') return finding;
  return { ...finding, severity: 'note', what: `${finding.what}; the snapshot cannot be restored` };
}
