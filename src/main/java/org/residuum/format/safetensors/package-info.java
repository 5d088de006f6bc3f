/**
 * The safetensors format: 8 bytes of header length, a JSON header, then the tensors back to back.
 * See <a href="https://github.com/huggingface/safetensors#format">its description</a>.
 */
package org.residuum.format.safetensors;
