"""Settings of a small site whose API a page on another origin may use."""

from __future__ import annotations

SECRET_KEY = "only for this example"
DEBUG = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "cors_django",
]

MIDDLEWARE = [
    "cors_django.CORSMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]

CORS_POLICY = {
    "/api/*": {
        "allow_origins": ["https://app.example.com", "http://localhost:*"],
        "allow_methods": ["PUT", "DELETE"],
        "allow_headers": ["Authorization", "Content-Type"],
    },
}

ROOT_URLCONF = "mysite.urls"
WSGI_APPLICATION = "mysite.wsgi.application"
STATIC_URL = "static/"
USE_TZ = True
