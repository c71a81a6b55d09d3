export { mount } from "../panels/explore.js";
