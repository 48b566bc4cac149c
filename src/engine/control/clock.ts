import { UsageError } from '../../errors.ts';
import type { ClockMode, ClockState } from '../../rpc/idl/control.ts';
import type { Universe } from '../universe.ts';

export function getClock(universe: Universe): ClockState {
  return { mode: universe.clock.mode, now_us: universe.now };
}

export function setClock(universe: Universe, { mode }: { mode: ClockMode }): ClockState {
  universe.clock.setMode(mode);
  return getClock(universe);
}

/** Lets time pass, with everything that falls due in it: at once, or in parts where others have their turn in between. */
export function advanceClock(universe: Universe, { duration_us }: { duration_us: number }): ClockState {
  if (duration_us < 0) throw new UsageError('time does not go back');
  universe.timeline.beginMove(universe.now + duration_us);
  return getClock(universe);
}
