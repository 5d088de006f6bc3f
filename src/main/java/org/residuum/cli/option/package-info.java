/** Internal: options that several commands share, as picocli's mixins. */
package org.residuum.cli.option;
