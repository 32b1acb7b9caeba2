import type { FolderRoleNames } from "../folder.js";

/**
 * The usual folders in languages of Europe with fewer speakers: last, so that a name that they share with a
 * larger one ranks as the larger one's.
 */
export const SMALLER_EUROPEAN: Readonly<Record<string, FolderRoleNames>> = {
  ca: {
    sent: ["enviats"],
    drafts: ["esborranys"],
    trash: ["paperera"],
    spam: ["correu brossa"],
    archive: ["arxiu"],
  },
  et: {
    sent: ["saadetud"],
    drafts: ["mustandid"],
    trash: ["prügikast"],
    spam: ["rämpspost"],
    archive: ["arhiiv"],
  },
  lv: {
    sent: ["nosūtītās", "nosūtītie"],
    drafts: ["melnraksti"],
    trash: ["atkritne", "miskaste"],
    spam: ["mēstules"],
    archive: ["arhīvs"],
  },
  lt: {
    sent: ["išsiųsti", "išsiųstieji", "išsiųsti laiškai"],
    drafts: ["juodraščiai"],
    trash: ["šiukšlinė", "šiukšliadėžė"],
    spam: ["brukalas", "šlamštas"],
    archive: ["archyvas"],
  },
  hr: {
    sent: ["poslano", "poslane poruke"],
    drafts: ["skice", "nacrti"],
    trash: ["smeće", "otpad"],
    spam: ["neželjena pošta"],
    archive: ["arhiva"],
  },
  sl: {
    sent: ["poslano", "poslana pošta"],
    drafts: ["osnutki"],
    trash: ["smeti", "koš"],
    spam: ["neželena pošta"],
    archive: ["arhiv"],
  },
};
