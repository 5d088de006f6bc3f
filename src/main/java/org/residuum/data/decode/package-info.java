/** Internal: decodes picture files; the content tells the format. */
package org.residuum.data.decode;
