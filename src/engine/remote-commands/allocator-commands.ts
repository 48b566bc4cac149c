import type { RemoteCommand } from './remote-command.ts';

/** What replica servers tell of tcmalloc (`replica_stub.cpp`): a simulated one has no memory of its own. */
export const ALLOCATOR_COMMANDS: readonly RemoteCommand[] = [
  {
    name: 'replica.get-tcmalloc-status',
    description: 'Get the status of tcmalloc',
    usage: '',
    role: 'replica',
    run: () => STATUS,
  },
  {
    name: 'replica.release-all-reserved-memory',
    description: 'Release tcmalloc all reserved-not-used memory back to operating system',
    usage: '',
    role: 'replica',
    run: () => 'OK, release_bytes=0',
  },
];

const RULE = '-'.repeat(48);
const bytes = (sign: string, what: string) => `MALLOC: ${sign}            0 (    0.0 MiB) ${what}`;
const count = (number: number, what: string) =>
  `MALLOC:   ${String(number).padStart(12)}              ${what}`;

const STATUS = [
  RULE,
  bytes(' ', 'Bytes in use by application'),
  bytes('+', 'Bytes in page heap freelist'),
  bytes('+', 'Bytes in central cache freelist'),
  bytes('+', 'Bytes in transfer cache freelist'),
  bytes('+', 'Bytes in thread cache freelists'),
  bytes('+', 'Bytes in malloc metadata'),
  'MALLOC:   ------------',
  bytes('=', 'Actual memory used (physical + swap)'),
  bytes('+', 'Bytes released to OS (aka unmapped)'),
  'MALLOC:   ------------',
  bytes('=', 'Virtual address space used'),
  'MALLOC:',
  count(0, 'Spans in use'),
  count(0, 'Thread heaps in use'),
  count(8192, 'Tcmalloc page size'),
  RULE,
  'Call ReleaseFreeMemory() to release freelist memory to the OS (via madvise()).',
  'Bytes released to the OS take up virtual address space but no physical memory.',
  '',
].join('\n');
