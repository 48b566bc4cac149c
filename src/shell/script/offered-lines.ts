import type { Dispatcher } from '../dispatch.ts';
import type { Line } from './lines.ts';

/**
 * The same lines. A command that asks for more while one of them runs gets the next ones, which are then no
 * commands: the mutations below `check_and_mutate`.
 */
export async function* offeredLines(
  lines: AsyncGenerator<Line>,
  dispatcher: Dispatcher,
): AsyncGenerator<Line> {
  const outer = dispatcher.readLine;
  dispatcher.readLine = async () => {
    const next = await lines.next();
    return next.done === true ? undefined : next.value.text;
  };
  try {
    for (;;) {
      const next = await lines.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    dispatcher.readLine = outer;
    // Who left before the end does not wait for a pipe that stays open.
    await lines.return(undefined);
  }
}
