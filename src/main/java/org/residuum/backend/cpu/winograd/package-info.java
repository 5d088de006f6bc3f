/** Internal: 3×3 convolutions by Winograd's filtering. */
package org.residuum.backend.cpu.winograd;
