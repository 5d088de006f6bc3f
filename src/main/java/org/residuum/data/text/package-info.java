/** Internal: text of file names, and the nearest known name. */
package org.residuum.data.text;
