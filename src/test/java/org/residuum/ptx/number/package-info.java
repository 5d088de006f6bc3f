/** The arithmetic of PTX's number formats: rounding, comparison, approximations. */
package org.residuum.ptx.number;
