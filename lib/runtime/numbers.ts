/** Numbers of our own for orders of a platform that insists on one. */

export type Numbers = {
  /** Between 1 and 2^31 - 1. Minted once for an order of an account; every repeat returns the same one. */
  mint(account: string, sourceOrder: string): Promise<number>;
};
