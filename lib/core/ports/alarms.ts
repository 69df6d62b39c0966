/** The alarms of this deployment, as whoever reminds a person of them sees them. */
import type { Instant } from "../order.ts";

export type Ringing = {
  /** Its id in `infra`, without the deployment's name before it. */
  id: string;
  since: Instant;
  /** What it means and what to do, in Polish and English. */
  text: string;
};

export type Alarms = {
  /** Those that ring now, in any order. */
  ringing(): Promise<Ringing[]>;
};
