/** How a message, or a part of it, is encrypted or signed; detected, never verified. */
export type Protection = "pgp-mime" | "pgp-inline" | "smime";
