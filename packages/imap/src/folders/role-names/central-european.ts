import type { FolderRoleNames } from "../folder.js";

/** The usual folders in the languages between Germany and the Black Sea. */
export const CENTRAL_EUROPEAN: Readonly<Record<string, FolderRoleNames>> = {
  pl: {
    sent: ["wysłane", "elementy wysłane", "wysłane elementy", "wysłane wiadomości"],
    drafts: ["szkice", "kopie robocze", "wersje robocze"],
    trash: ["kosz", "elementy usunięte", "usunięte"],
    spam: ["wiadomości-śmieci", "niechciane", "wiadomości śmieci"],
    archive: ["archiwum"],
  },
  cs: {
    sent: ["odeslané", "odeslaná pošta", "odeslaná", "odeslané zprávy"],
    drafts: ["koncepty", "rozepsané"],
    trash: ["koš", "odstraněná pošta", "odstraněné"],
    spam: ["nevyžádaná pošta", "nevyžádané"],
    archive: ["archiv"],
  },
  sk: {
    sent: ["odoslané", "odoslaná pošta", "odoslané správy"],
    drafts: ["koncepty", "rozpísané"],
    trash: ["kôš", "odstránená pošta", "odstránené"],
    spam: ["nevyžiadaná pošta", "nevyžiadané"],
    archive: ["archív"],
  },
  hu: {
    sent: ["elküldött", "elküldött elemek", "elküldött üzenetek", "elküldöttek"],
    drafts: ["piszkozatok", "vázlatok"],
    trash: ["kuka", "törölt elemek", "lomtár", "törölt"],
    spam: ["levélszemét"],
    archive: ["archívum"],
  },
  ro: {
    sent: ["trimise", "mesaje trimise", "elemente trimise"],
    drafts: ["schițe", "ciorne"],
    trash: ["coș de gunoi", "elemente șterse", "gunoi", "coș"],
    spam: ["e-mail nedorit", "mesaje nedorite"],
    archive: ["arhivă", "arhiva"],
  },
};
