/**
 * Of all our own metrics in CloudWatch. Each stage has one of its own: two deployments in one account would else answer
 * for each other, and an ERP that is dead in one of them would seem alive.
 * @param stage absent on one machine
 */
export function namespaceOf(stage: string | undefined): string {
  return stage ? `Kojarz/${stage}` : "Kojarz";
}
