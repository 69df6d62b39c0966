/** What is left where nobody takes it: the failure queues of a deployment. One machine has none. */

/** `receipt`: with it the letter is removed, for as long as the queue hides it from others. */
export type Letter = { queue: string; body: string; receipt: string };

export type Queues = {
  /** Letters of every queue, hidden from others for half a minute; empty where there are none left. */
  receive(): Promise<Letter[]>;
  remove(letter: Letter): Promise<void>;
};
