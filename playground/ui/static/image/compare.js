export { mount } from "../panels/compare.js";
