/** Numbers of our own for orders of a platform that insists on one. */

export type Numbers = {
  /**
   * A number of the range in `own-numbers.ts`: minted once for an order of an account, every repeat returns the same
   * one, and no two orders of an account share one.
   * @throws when an account has used up its range
   */
  mint(account: string, sourceOrder: string): Promise<number>;
};
