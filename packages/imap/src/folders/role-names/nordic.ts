import type { FolderRoleNames } from "../folder.js";

/** The usual folders in the languages of the Nordic countries. */
export const NORDIC: Readonly<Record<string, FolderRoleNames>> = {
  sv: {
    sent: ["skickat", "skickade", "skickade objekt", "skickade meddelanden"],
    drafts: ["utkast"],
    trash: ["papperskorgen", "borttaget", "borttagna objekt", "papperskorg"],
    spam: ["skräppost"],
    archive: ["arkiv"],
  },
  da: {
    sent: ["sendt", "sendt post", "sendte elementer", "sendte beskeder"],
    drafts: ["kladder", "kladde"],
    trash: ["papirkurv", "slettet post", "slettede elementer"],
    spam: ["uønsket mail", "uønsket post", "uønsket e-mail"],
    archive: ["arkiv"],
  },
  nb: {
    sent: ["sendte", "sendte elementer", "sendte meldinger"],
    drafts: ["utkast", "kladder"],
    trash: ["papirkurv", "søppel", "slettede elementer", "søppelkurv"],
    spam: ["søppelpost", "uønsket e-post"],
    archive: ["arkiv"],
  },
  fi: {
    sent: ["lähetetyt", "lähetetyt viestit", "lähetetyt-kohteet"],
    drafts: ["luonnokset", "luonnos"],
    trash: ["roskakori", "poistetut", "poistetut viestit"],
    spam: ["roskaposti"],
    archive: ["arkisto"],
  },
};
