/** Internal: the command line, {@code scripts/residuum}, and how it reads what was typed. */
package org.residuum.cli;
