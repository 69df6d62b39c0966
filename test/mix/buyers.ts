/** Who buys, and what each platform shows of that person. All invented. */
import type { Address, Sighting } from "../../lib/core/order.ts";

export type Buyer = { name: string; email: string; phone: string; street: string; postcode: string };

const FIRST = ["Anna", "Jan", "Ewa", "Piotr", "Maria", "Tomasz", "Zofia"];
const LAST = ["Test", "Próba", "Przykład", "Wzorzec", "Zmysł"];

/** Of one town, and some of one name. */
export function newBuyer(index: number): Buyer {
  return {
    name: `${FIRST[index % FIRST.length]} ${LAST[index % LAST.length]}`,
    email: `kupujacy.${index}@example.com`,
    phone: `+48 600 000 ${100 + index}`,
    street: `Próbna ${index + 1}`,
    postcode: "00-001",
  };
}

/** Allegro gives each order a mail address of its own. What is written from it into BaseLinker and shops has that one, too. */
export function masked(buyer: Buyer, form: string): Buyer {
  return { ...buyer, email: `maska+${form.slice(0, 8)}@allegromail.example` };
}

/** @param known what this platform was told of the buyer, and in which form it has it */
export function withBuyer(sighting: Sighting, { name, email, phone, street, postcode }: Buyer): Sighting {
  const { report } = sighting;
  const address: Address = { name, street, postcode, city: "Próbne", country: "PL" };
  const shipping = { ...report.shipping, ...(report.shipping.address && { address }) };
  return { ...sighting, report: { ...report, shipping, buyer: { ...report.buyer, email, phone, billing: address } } };
}
