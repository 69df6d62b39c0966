/**
 * The way to the ERP, loaded where a function was given it. The bundler knows KOJARZ_ERP: whoever is told "" there is
 * bundled without it.
 */
export const loadErp = process.env.KOJARZ_ERP === "" ? undefined : () => import("./erp-access.ts");
