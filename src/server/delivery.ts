import type { Buffer } from 'node:buffer';
import type { Answer, Reply } from './service.ts';
import type { Line } from './session.ts';

/**
 * Sends an answer when its time has come.
 *
 * @param timeoutUs how long the caller waits
 * @param bytesOf how the protocol puts a reply
 */
export function deliver(
  line: Line,
  answer: Answer,
  timeoutUs: number,
  bytesOf: (reply: Reply) => Buffer,
): void {
  switch (answer.kind) {
    case 'reply':
      if (answer.waitedUs === 0) line.answer(bytesOf(answer));
      else line.after(answer.waitedUs, () => line.answer(bytesOf(answer)));
      break;
    case 'late':
      line.answerLate(timeoutUs, () => {
        const result = answer.look();
        return result && bytesOf({ kind: 'reply', error: 'ERR_OK', waitedUs: 0, result });
      });
      break;
    case 'postponed':
      line.after(answer.waitedUs, () => deliver(line, answer.again(), timeoutUs, bytesOf));
      break;
    case 'goodbye':
      line.end();
      break;
    case 'silence':
      break;
  }
}
