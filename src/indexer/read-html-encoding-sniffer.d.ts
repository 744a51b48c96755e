declare module "html-encoding-sniffer" {
  /** The canonical name of the encoding that a browser would read the bytes in. */
  export default function sniffEncoding(bytes: Uint8Array, options?: { readonly defaultEncoding?: string }): string;
}
