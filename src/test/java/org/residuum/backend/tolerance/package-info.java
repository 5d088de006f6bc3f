/** How far results of one arithmetic may lie from exact ones, derived from the roundings in it. */
package org.residuum.backend.tolerance;
