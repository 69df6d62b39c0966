/** No usable answer came. The same call may work later. */
export class ShoperUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ShoperUnavailable";
  }
}

/** Only the operator can help: a wrong token or password, or a token without access to this resource. */
export class ShoperRefused extends Error {
  constructor(account: string, resource: string, status: number) {
    super(`${account}: the shop refuses ${resource} with status ${status}`);
    this.name = "ShoperRefused";
  }
}
