/** What is left where nobody takes it: the failure queues of a deployment. One machine has none. */

/** `receipt`: with it the letter is removed, for as long as the queue hides it from others. */
export type Letter = { queue: string; body: string; receipt: string };

/** The queues for what AWS gave up delivering to a function. */
export type Queues = {
  /** Letters of every queue, hidden from others for half a minute; empty where there are none left. */
  receive(): Promise<Letter[]>;
  remove(letter: Letter): Promise<void>;
};
