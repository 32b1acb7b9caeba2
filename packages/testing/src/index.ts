export {
  type CertificateFlaw,
  type CertificateOptions,
  type Certificates,
  createCertificates,
} from "./certificates.js";
