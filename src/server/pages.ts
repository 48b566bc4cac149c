import type { HttpReply, Pieces } from '../engine/http/route.ts';
import type { Simulation } from '../engine/simulation.ts';
import { type Steps, someOf } from '../engine/steps.ts';
import { type HttpGetResponse, httpGet } from '../rpc/idl/http.ts';
import type { StructType } from '../rpc/idl/schema.ts';
import type { Answer, Reply } from './answer.ts';

/** So many characters or more are sent at once: nobody notices what that takes. */
const ENOUGH = 64 * 1024;

/** A part of a page, of `ENOUGH` characters unless it is the last. */
interface Part {
  readonly text: string;
  readonly isLast: boolean;
}

/** Makes the next part of a page. */
function* makingPart(pieces: Pieces): Steps<Part> {
  let text = '';
  while (text.length < ENOUGH) {
    const { value, done } = pieces.next();
    if (done === true) return { text, isLast: true };
    text += value ?? '';
    yield;
  }
  return { text, isLast: false };
}

/** Makes a whole page, ready to be sent in parts. */
export function* makingPage(pieces: Pieces): Steps<Buffer[]> {
  const made: Buffer[] = [];
  for (;;) {
    const { text, isLast } = yield* makingPart(pieces);
    made.push(Buffer.from(text));
    if (isLast) return made;
  }
}

/** The pages of which a connection has got a part, and may ask for more. */
export class Pages {
  readonly #simulation: Pick<Simulation, 'change'>;
  readonly #hasTime: () => boolean;
  readonly #begun = new Map<number, Pieces>();
  #last = 0;

  /** @param hasTime whether what takes long may go on before others have their turn */
  constructor(simulation: Pick<Simulation, 'change'>, hasTime: () => boolean) {
    this.#simulation = simulation;
    this.#hasTime = hasTime;
  }

  /** The answer to `httpGet`. @param reply what the server has to say */
  begin({ status, body }: HttpReply): Answer {
    return typeof body === 'string' ? replied({ status, body }) : this.#go(status, body);
  }

  /** The answer to `httpGetRest`; undefined where there is no such page. */
  goOn(rest: number): Answer | undefined {
    const pieces = this.#begun.get(rest);
    this.#begun.delete(rest);
    return pieces === undefined ? undefined : this.#go(200, pieces);
  }

  #go(status: number, pieces: Pieces, part = makingPart(pieces)): Answer {
    const made = this.#simulation.change(() => someOf(part, this.#hasTime));
    if (made === undefined)
      return { kind: 'postponed', waitedUs: 0, again: () => this.#go(status, pieces, part) };
    if (made.isLast) return replied({ status, body: made.text });
    this.#begun.set(++this.#last, pieces);
    return replied({ status, body: made.text, rest: this.#last });
  }
}

function replied(value: HttpGetResponse): Reply {
  const schema = httpGet.response as StructType<unknown>;
  return { kind: 'reply', error: 'ERR_OK', waitedUs: 0, result: { schema, value } };
}
