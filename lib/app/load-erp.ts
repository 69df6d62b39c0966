/** The way to the ERP, loaded where a function was given it. */
export const loadErp = process.env.KOJARZ_ERP === "" ? undefined : () => import("./erp-access.ts");
