/** Where raw bodies of held messages lie: object storage, because an item of the table holds at most 400 KB. */
export type Bodies = {
  /** Stores under a name of our own and returns it. Storing the same name again is harmless. */
  put(name: string, body: Buffer): Promise<string>;
  /** Undefined where there is none any more. */
  read(name: string): Promise<Buffer | undefined>;
  /** Removing what is not there is harmless. */
  remove(name: string): Promise<void>;
};
