/** How the page's scripts are formatted; style sheets keep one rule a line. */
export default { printWidth: 120 };
