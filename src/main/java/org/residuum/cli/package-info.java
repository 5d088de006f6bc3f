/** The command line, {@code scripts/residuum}: a class a command, shared options as mixins. */
package org.residuum.cli;
