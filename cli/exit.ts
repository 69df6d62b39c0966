/** How the command ends. The numbers are its contract with scripts. */

export const EXIT = {
  /** It was done; of `status`, all is well. */
  done: 0,
  /** It was not done, or there is something to look at: the last line says what. */
  failed: 1,
  /** The command line was wrong: nothing was asked and nothing was done. */
  wrong: 2,
} as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command. `message` is one sentence for the person who typed it. */
export class Ends extends Error {
  readonly exit: Exit;
  constructor(exit: Exit, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Ends";
    this.exit = exit;
  }
}

export const failed = (message: string, cause?: unknown): Ends => new Ends(EXIT.failed, message, { cause });
export const wrong = (message: string): Ends => new Ends(EXIT.wrong, message);
