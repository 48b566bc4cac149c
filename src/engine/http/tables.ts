/** Tables as upstream's printer puts them in JSON: every value a text (`src/utils/output_utils.cpp`). */
export type Row = readonly (string | number | boolean)[];

export interface Table {
  readonly name: string;
  /** The first is the rows' key, and is repeated in the row. Absent: each row is a key and its value. */
  readonly titles?: readonly string[];
  readonly rows: readonly Row[];
}

/** One object and a newline; a table without a name has its keys at the top. */
export function tablesJson(tables: readonly Table[]): string {
  const members = tables.flatMap((table): [string, unknown][] =>
    table.name === '' ? Object.entries(objectOf(table)) : [[table.name, objectOf(table)]],
  );
  return `${JSON.stringify(Object.fromEntries(members))}\n`;
}

/** One object of texts, and a newline. */
export function pairsJson(pairs: readonly (readonly [string, string | number | boolean])[]): string {
  return tablesJson([{ name: '', rows: pairs }]);
}

/** One row of a table with titles as it stands there, with its key before it. */
export function rowJson(titles: readonly string[], row: Row): string {
  const [key, value] = memberOf(titles, row);
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
}

function objectOf({ titles, rows }: Table): Record<string, unknown> {
  return Object.fromEntries(rows.map((row) => memberOf(titles, row)));
}

function memberOf(titles: Table['titles'], row: Row): readonly [string, unknown] {
  const texts = row.map(String);
  const value =
    titles === undefined ? texts[1] : Object.fromEntries(titles.map((title, at) => [title, texts[at]]));
  return [texts[0]!, value];
}
