/** Reads the words of a command that is not here. @throws UsageError as the original refuses them */
export type ReadWords = (usage: string, words: readonly string[]) => void;
