/** Reads the text of a PTX module into entries, functions and instructions. */
package org.residuum.ptx.parse;
