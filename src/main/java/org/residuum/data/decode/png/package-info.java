/** Internal: PNG pictures. */
package org.residuum.data.decode.png;
