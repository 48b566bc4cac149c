/** What a serving process tells of itself, one event at a time. */
export type ServerEvent =
  | {
      readonly event: 'server-up';
      readonly cluster: string;
      readonly node: string;
      readonly address: string;
    }
  | { readonly event: 'server-down'; readonly cluster: string; readonly node: string }
  | {
      readonly event: 'connection-refused' | 'connection-closed';
      readonly node: string;
      readonly peer: string;
      readonly reason: string;
    }
  | { readonly event: 'answer-cut'; readonly node: string; readonly reason: string }
  | { readonly event: 'failure'; readonly reason: string };

export type Report = (event: ServerEvent) => void;
