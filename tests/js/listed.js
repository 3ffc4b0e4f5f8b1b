/** Prices: the project's own file, and a list whose figures only tests know. */
import { readFileSync } from "node:fs";

export const REAL = JSON.parse(readFileSync(new URL("../../static_site/public/models.json", import.meta.url), "utf8"));

const answers = (textIn, textCached, textOut, audioIn, audioCached, audioOut, imageIn) => ({
  prices: { textIn, textCached, textOut, audioIn, audioCached, audioOut, imageIn },
});
export const LIST = {
  prices_read: "2026-10-02",
  default: { realtime: "gpt-realtime-2.1" },
  realtime: {
    "gpt-realtime-2.1": answers(4, 0.5, 24, 32, 0.5, 64, 5),
    "gpt-realtime-2.1-mini": answers(1, 0.1, 2, 10, 0.5, 20, 1),
    "gpt-realtime-1.5": answers(4, 0.5, 16, 32, 0.5, 64, 5),
  },
  transcription: {
    whisper: { prices: { transcriptionHour: 1 } },
    "slow-whisper": { prices: { transcriptionHour: 2 } },
    "some-transcribe": { prices: { transcriptionTokens: 3 } },
  },
};
