import { z } from "zod";

const LONGEST = 2000;

/** What a person writes about an alert. */
export const note = z.string().trim().max(LONGEST, `At most ${LONGEST} letters.`);
