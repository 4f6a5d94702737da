// Writes deploy/settings.md: `npm run settings`.
import { settingsDocument } from "./settings-document.js";

process.stdout.write(settingsDocument());
