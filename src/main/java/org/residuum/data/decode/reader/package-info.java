/** Internal: what the readers of all picture formats share. */
package org.residuum.data.decode.reader;
