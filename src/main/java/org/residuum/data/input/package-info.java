/**
 * Internal: pictures to be classified, wherever they lie: folders, lists, archives, tables. A
 * source gives them one after the other and never holds them all.
 */
package org.residuum.data.input;
