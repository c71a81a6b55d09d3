/** What the page's scripts are checked for beside their types. Run from the top folder, whose files it is for. */

import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    rules: {
      "no-unused-vars": ["error", { args: "after-used", ignoreRestSiblings: true, varsIgnorePattern: "^_" }],
      eqeqeq: ["error", "always"],
      "no-control-regex": "off", // texts of models are cleaned of control characters
      "prefer-const": ["error", { destructuring: "all" }],
    },
  },
  { files: ["playground/ui/static/**"], languageOptions: { globals: globals.browser } },
  { files: ["playground/ui/static/**/*-worklet.js"], languageOptions: { globals: globals.audioWorklet } },
  { files: ["tests/**"], languageOptions: { globals: globals.node } },
];
