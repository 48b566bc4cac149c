import { describe, expect, test } from 'vitest';
import { columns, type PrintedTable, printTable, printTables, real } from '../../src/output/table-printer.ts';

const empty: PrintedTable = { name: 'general_info', columns: columns(['app_id', 'status']), rows: [] };
const summary: PrintedTable = { name: 'summary', pairs: [['total_app_count', 0]] };

describe('as text', () => {
  test('an empty line after each of several tables', () => {
    expect(printTables([empty, summary])).toBe(
      '[general_info]\napp_id  status  \n\n[summary]\ntotal_app_count  : 0\n\n',
    );
  });

  test('no table is nothing, and neither are no pairs', () => {
    expect(printTables([])).toBe('');
    expect(printTable({ name: 'x', pairs: [] })).toBe('');
  });

  test('right-aligned columns, two decimals', () => {
    const table = {
      name: '',
      columns: [...columns(['a']), ...columns(['b'], 'right')],
      rows: [
        ['x', real(1)],
        ['yy', real(-0.0000001)],
      ],
    };
    expect(printTable(table)).toBe('a        b\nx     1.00\nyy    0.00\n');
  });

  test('widths count bytes, as upstream does', () => {
    const table = {
      name: '',
      columns: columns(['a', 'b']),
      rows: [
        ['é', 'x'],
        ['zz', 'y'],
      ],
    };
    expect(printTable(table)).toBe('a   b  \né  x  \nzz  y  \n');
  });
});

describe('as JSON', () => {
  test('every value is a text; titles without rows are an empty object', () => {
    expect(printTables([empty, summary], true)).toBe(
      '{\n    "general_info": {},\n    "summary": {\n        "total_app_count": "0"\n    }\n}\n',
    );
  });

  test('a first cell twice is a key twice', () => {
    const table = {
      name: 't',
      columns: columns(['id', 'p']),
      rows: [
        [1, true],
        [1, false],
      ],
    };
    expect(printTables([table], true).match(/"1": \{/g)).toHaveLength(2);
  });

  test('an unnamed table has no level of its own', () => {
    expect(printTable({ name: '', pairs: [['a"', 'b\n']] }, true)).toBe('{\n    "a\\"": "b\\n"\n}\n');
  });

  test('nothing at all', () => {
    expect(printTables([], true)).toBe('{}\n');
  });
});
