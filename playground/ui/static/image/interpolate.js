export { mount } from "../panels/interpolate.js";
